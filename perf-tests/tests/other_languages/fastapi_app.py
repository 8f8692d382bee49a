from fastapi import FastAPI

app = FastAPI()


@app.get("/orders/{number}")
async def order(number: int):
    return {"number": number}
