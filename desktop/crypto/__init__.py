"""Who may read it: passphrase, vault header, recovery key, identity, sealing.

Everything here is built from libsodium's primitives through PyNaCl; the byte layouts are in
``docs/vault-format.md`` and the reasons in ``docs/decisions/0004-vault-format.md``. The modules
that others need are ``vault``, ``recovery``, ``passphrase``, ``identity``, ``account_bundle`` and
``sealing``; what can go wrong is drawn in ``errors``.
"""
