"""`python -m bot …` is `rethrow …`, for where the console script is not on the path."""

from bot.cli import main

if __name__ == "__main__":
    main()
