# Sends tasks as any Python program would: reads a JSON list of them from standard input, and prints how each ended.
import json
import sys

from celery import Celery

url = sys.argv[1]
app = Celery("sender", broker=url, backend=url)


def ended(call):
    app.conf.task_protocol = call.pop("protocol", 2)
    result = app.send_task(call.pop("name"), call.pop("args", None), call.pop("kwargs", None), queue="pagewise", **call)
    try:
        return {"status": "SUCCESS", "value": result.get(timeout=60), "id": result.id}
    except Exception as error:
        return {"status": result.status, "error": type(error).__name__, "message": str(error), "id": result.id}


print(json.dumps([ended(call) for call in json.load(sys.stdin)]))
