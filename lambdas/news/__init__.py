"""News of the operator to families, and how to ask (お知らせ・お問い合わせ, AL-51)."""
