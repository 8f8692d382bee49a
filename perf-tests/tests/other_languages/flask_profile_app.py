import cProfile
import pstats
from threading import Lock

from flask import Flask

app = Flask(__name__)
# A profiler may be the only one of its process.
profiling = Lock()


def is_prime(number):
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))


def primes(below):
    return sum(1 for number in range(below) if is_prime(number))


@app.get("/health")
def health():
    return "ok"


@app.get("/profile")
def profile():
    with profiling:
        profiler = cProfile.Profile()
        found = profiler.runcall(primes, 3_000)
    functions = pstats.Stats(profiler).get_stats_profile().func_profiles
    times = {name: {"calls": one.ncalls, "total_s": one.cumtime} for name, one in functions.items()}
    return {"primes": found, "functions": times}
