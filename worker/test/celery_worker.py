# A worker in Python for the tasks that our server sends: writes down what each was called with.
import json
import os

from celery import Celery

url = os.environ["QUEUE_URL"]
app = Celery("taker", broker=url, backend=url)


@app.task(name="process_pdf", bind=True)
def process_pdf(self, *args, **kwargs):
    with open(os.environ["SEEN_FILE"], "a") as seen:
        seen.write(json.dumps({"args": args, "kwargs": kwargs, "id": self.request.id}) + "\n")
    return "taken by Python"
