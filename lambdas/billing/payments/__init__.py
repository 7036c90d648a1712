"""Money coming in: bank transfer by files, cards by a gateway.

``accounts`` has what is kept of accounts and cards, ``methods`` who may pay how, ``zengin`` the
files of the banks, ``gateway`` what a card gateway must be able to do, ``stripe_gateway`` the one
there is, ``webhook`` what it says of its own accord, ``collecting`` which way an invoice goes. All
of them speak in ``results``, on which dunning lives.

Around them: ``vault`` (KMS), ``files`` (S3), ``store`` (rows), ``stripe_settings`` (SSM). They are
put to work by ``till``, ``on_collect``, ``on_request_file``, ``on_bank_result``, ``on_stripe`` and
``payment_api``, one folder up.
"""
