"""Functions that do not return at once: coroutines, generators, reducers, a generator left early, threads."""
from recorder import Story, read

import asyncio
import contextvars
import threading

import mlflow

story = Story()
story.experiment()


@mlflow.trace
async def double(number):
    await asyncio.sleep(0)
    return number * 2


@mlflow.trace
async def doubles(count):
    return [await double(number) for number in range(count)]


story.step("coroutines", lambda: asyncio.run(doubles(3)))
story.step("their trace", read)


@mlflow.trace
def letters(count):
    for index in range(count):
        yield {"letter": "abcdef"[index]}


story.step("generator", lambda: list(letters(3)))
story.step("its trace", read)


@mlflow.trace(output_reducer=lambda pieces: "".join(pieces))
def sentence():
    yield from ("flour ", "and ", "water")


story.step("reduced generator", lambda: list(sentence()))
story.step("its trace, reduced", read)


@mlflow.trace
async def drip():
    yield "first"
    yield "second"


async def collect():
    return [drop async for drop in drip()]


story.step("asynchronous generator", lambda: asyncio.run(collect()))
story.step("its trace, asynchronous", read)


@mlflow.trace
def breaks():
    yield 1
    raise RuntimeError("out of flour")


story.step("generator that fails", lambda: list(breaks()))
story.step("its trace, failed", read)


@mlflow.trace
async def fails():
    await double(1)
    raise KeyError("oven")


story.step("coroutine that fails", lambda: asyncio.run(fails()))
story.step("its trace with a good child", read)


@mlflow.trace
def helper():
    return "helped"


@mlflow.trace
def hands_over():
    thread = threading.Thread(target=contextvars.copy_context().run, args=(helper,))
    thread.start()
    thread.join()
    return "done"


story.step("thread with a copied context", hands_over)
story.step("its trace over two threads", read)
story.finish()
