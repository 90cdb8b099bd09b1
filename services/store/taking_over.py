"""Take the rows of an older version into the log as they stand, once for each shape of the tables.

A row that was changed behind the log before that cannot be told from a true one any more: the log names the line at
which it happened, and a second taking over of the same shape is a finding.
"""

from itertools import islice

from sqlalchemy import select, update

from schemas.records import Chain
from services.store.row_digests import AT_ONCE, every_row
from services.store.transaction import Transaction, shape, table_of

ADOPTED = "rows.adopted"


def take_over(tx: Transaction) -> None:
    """Write the digests of all watched rows into lines, unless the tables have this shape since they were last taken.

    Tables that have just been made have no rows, and get no line.
    """
    connection, chain = tx.session.connection(), table_of(Chain)
    newest = shape(tx.session)
    if connection.scalar(select(chain.c.rows_as_of).where(chain.c.id == 1)) == newest:
        return
    connection.execute(update(chain).where(chain.c.id == 1).values(rows_as_of=newest))
    rows = iter(list(every_row(connection)))  # read whole: lines are written while it is looked at
    while some := dict(islice(rows, AT_ONCE)):
        tx.audit(ADOPTED, "store", shape=newest)
        tx.lines[-1]["rows"] = some
