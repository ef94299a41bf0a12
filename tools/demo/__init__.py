"""A département that never existed, made to be shown: invented, told to real laptops, and played.

``story`` says what happened, ``invention`` invents it from a seed; ``office``, ``laptops`` and
``writing`` make it happen through the real server, the real vaults and the services; ``morning``
plays a psychologist's morning off-screen and ``show`` opens the windows.
"""
