"""Read what an installation decides: `KENTONGAN_*` from the environment, with defaults that fit one machine."""

from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.tiles import WRONG, is_address
from schemas.vocabulary import Role

DISTRICT = Path(__file__).resolve().parent.parent.parent / "deploy" / "tuban"

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
PREFIX = "KENTONGAN_"


def said_of(error: ValidationError) -> str:
    """Say which settings cannot be read, without their values: they may be secrets."""
    told = (
        f"{PREFIX}{str(one['loc'][0]).upper()}: {one['msg'].removeprefix('Value error, ')}" for one in error.errors()
    )
    return f"Settings that cannot be read: {'; '.join(told)}."


class SettingError(Exception):
    """A setting can be read and fits nothing; the sentence names it, never a value that may be a secret."""


class Settings(BaseSettings):
    """Settings of every service; README's table is checked against these fields."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", env_ignore_empty=True)

    data: Path = Field(default=Path(".data"), description="Folder for everything kept on one machine")
    district: Path = Field(default=DISTRICT, description="Folder of the district's policy and places")
    store_url: str = Field(default="", description="SQLAlchemy URL; empty: SQLite in the data folder")
    nats_url: str = Field(default="nats://127.0.0.1:4222", description="The bus; several servers separated by commas")
    nats_ca: str = Field(default="", description="Certificate authority of the bus; set: only TLS")
    replicas: int = Field(default=1, ge=1, le=5, description="Copies of each stream; three on a cluster of three")
    partitions: int = Field(
        default=1, ge=1, le=32, description="Partitions of triage's and notify's work; a few for each worker of several"
    )
    host: str = Field(default="127.0.0.1", description="Address the pages listen on")
    port: int = Field(default=8080, ge=1, le=65535, description="Port of the pages and the API")
    proxies: str = Field(default="", description="Addresses of proxies whose word on a caller's address counts")
    hosts: str = Field(default="", description="Host names that are answered, separated by commas; empty: any")
    base_url: str = Field(default="", description="How people reach the pages; empty: http://host:port")
    secret: str = Field(
        default="", description="Signs keys, receipts and webhooks; empty: made once, kept in the data folder"
    )
    secret_previous: str = Field(default="", description="The secret until lately: what it signed stays good")
    master_key: str = Field(
        default="", description="Wraps the keys of reporters; empty: made once, kept in the data folder as `master`"
    )
    master_key_previous: str = Field(default="", description="The master until lately, while it is being replaced")
    master_command: str = Field(default="", description="Command that prints the master (hex): a KMS keeps it")
    instance: str = Field(default="1", description="Name of this process among its equals; stable over restarts")
    divert: str = Field(default="", description="Send every delivery to this one address (staging, benches)")
    duties: str = Field(default="", description="Send only deliveries of these duties, comma separated; empty: all")
    tick: float = Field(default=1.0, gt=0, le=60, description="Seconds between sweeps of the timers")
    audit_minutes: float = Field(default=1.0, ge=0, le=1440, description="Minutes between audits; 0: none")
    checkpoint_minutes: float = Field(
        default=1.0, ge=0, le=1440, description="Minutes between signed checkpoints of the audit log; 0: none"
    )
    checkpoint_file: str = Field(
        default="", description="Where they are written, best another disk or machine; empty: in the data folder"
    )
    watch_minutes: float = Field(default=10.0, ge=0, le=1440, description="Minutes between looks for a rise; 0: none")
    heartbeat_url: str = Field(default="", description="Address an audit that found nothing pings (GET); empty: none")
    door_url: str = Field(default="", description="Where notify reaches the front door itself; empty: base_url")
    canary_minutes: float = Field(default=15.0, ge=0, le=1440, description="Minutes between test reports; 0: none")
    ack_wait: float = Field(default=10.0, gt=0, description="Seconds until an unanswered message is told again")
    siladeni_key: str = Field(default="", description="Key for the address that Siladeni's reports are pulled from")
    oidc_issuer: str = Field(default="", description="The office's own sign-in provider (OpenID Connect); empty: none")
    oidc_client: str = Field(default="", description="Our name at that provider (client id)")
    oidc_client_secret: str = Field(default="", description="Our secret at that provider; empty: a client without one")
    oidc_name: str = Field(default="", description="What people call that account; empty: the provider's host")
    oidc_claim: str = Field(
        default="email", description="Claim that names a person: `email` (verified at both ends), or one with his login"
    )
    oidc_factors: str = Field(
        default="", description="`amr` values that prove two factors, comma separated; set: two are demanded"
    )
    two_steps: str = Field(
        default="", description="Roles that must sign in by two steps, comma separated; empty: each person chooses"
    )
    tiles: str = Field(
        default="", description="The office's own map tiles under `/peta`, with {z}, {x} and {y}; empty: none"
    )
    tiles_by: str = Field(default="", max_length=200, description="Whose map these tiles show; said below the map")
    sample: bool = Field(default=False, description="People and reports are invented, and every page says so")
    log_level: str = Field(default="INFO", description="Least level that is logged")
    language: Literal["id", "en"] = Field(default="id", description="What commands say on a terminal; or `--language`")

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in LEVELS:
            raise ValueError(f"the levels are {', '.join(LEVELS)}")
        return value

    @field_validator("tiles")
    @classmethod
    def _tiles(cls, value: str, info: ValidationInfo) -> str:
        if value and not is_address(value):
            raise ValueError(WRONG)
        if value.startswith("http:") and str(info.data.get("base_url", "")).startswith("https:"):
            raise ValueError("tiles must come by https where the pages do, or browsers show none")
        return value

    @field_validator("two_steps")
    @classmethod
    def _roles(cls, value: str) -> str:
        known = [role.value for role in Role if role is not Role.GATEWAY]
        if any(name and name not in known for name in map(str.strip, value.split(","))):
            raise ValueError(f"no role is called so; the roles are {', '.join(known)}")
        return value

    @property
    def database(self) -> str:
        """Give the store's SQLAlchemy URL."""
        # A folder may have any name: ? begins a URL's query and % its escapes.
        return self.store_url or f"sqlite:///{quote(str((self.data / 'kentongan.db').resolve()))}"

    @property
    def host_names(self) -> tuple[str, ...]:
        """Give the host names that are answered; none means any. By the door's own name notify asks for it."""
        named = tuple(name.strip() for name in self.hosts.split(",") if name.strip())
        door = urlsplit(self.door_url).hostname
        return (*named, door) if named and door else named

    @property
    def checkpoints(self) -> Path:
        """Give the file that checkpoints of the audit log are written to."""
        return Path(self.checkpoint_file) if self.checkpoint_file else self.data / "checkpoints.jsonl"

    @property
    def public_url(self) -> str:
        """Give the address written into messages, without a slash at its end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def front_door(self) -> str:
        """Give the address at which this machine reaches the front door, without a slash at its end."""
        return (self.door_url or self.public_url).rstrip("/")

    @property
    def two_step_roles(self) -> frozenset[Role]:
        """Give the roles that must sign in by two steps."""
        return frozenset(Role(name.strip()) for name in self.two_steps.split(",") if name.strip())

    @property
    def duty_names(self) -> frozenset[str]:
        """Give the duties whose deliveries are sent; empty means all."""
        return frozenset(name.strip() for name in self.duties.split(",") if name.strip())
