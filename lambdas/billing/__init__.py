"""Contracts and money.

A contract is a list of dated facts; what it means, what it costs and what falls due are functions
of those facts, the catalogue and a date. To find a rule, look where its subject lives:

* ``catalogue/`` every price, period and limit; ``terms`` what it may say; ``catalogue`` reads it,
  ``lint`` doubts it;
* ``facts`` what can happen, ``contract`` a list of it, ``history`` what it amounts to, with
  ``pauses``, ``endings``, ``custody`` of devices, ``access`` by paying in the app;
* ``charges`` the lines of a month, ``invoices`` with tax and corrections, ``claims`` what we pay;
* ``deadlines`` what falls due, dunning, notices; ``entitlements`` what may be used;
  ``applications`` who may have a contract;
* ``search`` where staff finds contracts; ``app_store`` receipts of purchases in the app;
* ``payments/`` how money comes in; ``till`` makes facts of it;
* ``preview`` all of it at once.
"""
