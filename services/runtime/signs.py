"""Say what a process tells its supervisor, and how often; nothing is imported, for the supervisor stays small."""

SIGN_SECONDS = 2.0  # between signs of life
BUS_SECONDS = 3.0  # between trials whether the bus promises
LONGEST = 60  # seconds that a tick or a batch, a stop of the loop, or silence towards the supervisor may last
LIFE_WORD = "WATCHDOG=1"  # sd_notify(3)
BUS_WORD = "X_KENTONGAN_BUS"  # told by whoever promises: one of the three that follow
KEEPS, REFUSES, SILENT = "ok", "refuses", "silent"  # the bus keeps what it is told, says no, or says nothing
GONE_WORD = "X_KENTONGAN_CONSUMER=gone"  # told by a worker whose consumer, or a stream, is not there
HUNG = 70  # exit code of a process that ended itself because it hung (EX_SOFTWARE)
