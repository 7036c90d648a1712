"""Money coming in: bank transfer by files, cards by a gateway.

``accounts`` has what is kept of accounts and cards, ``methods`` who may pay how, ``zengin`` the
files of the banks, ``gateway`` what a card gateway must be able to do, ``stripe_gateway`` the one
there is, ``webhook`` what it says of its own accord. All of them speak in ``results``, on which
dunning lives.
"""
