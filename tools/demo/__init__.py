"""A département that never existed, made to be shown: invented, told to real laptops, and played.

``story`` says what happened, ``invention`` invents it from a seed, with ``engagements`` (programmes
and waits), ``trades`` (what each profession records), ``workshops``, ``others`` and ``weeks``;
``office``, ``laptops``, ``writing`` and ``recording`` make it happen through the real server, the
real vaults and the services; ``morning`` and ``professions`` are played off-screen, ``show`` opens
the windows.
"""
