import time, threading, requests, ssl, socket, statistics
import pytest
from tests.support.office import office, premises
from tests.support.raw_device import enrol, fresh_id
from tests.server.test_limits import connected
__all__=["office","premises"]
def test_x(office):
    claire=enrol(office)
    s=requests.Session(); s.verify=str(office.authority)
    def ping():
        t=time.perf_counter(); s.get(f"{office.url}/v1/hello"); return time.perf_counter()-t
    base=[ping() for _ in range(20)]
    lines=[f"POST /v1/sync HTTP/1.1","Host: localhost","Transfer-Encoding: chunked","Coffre-Signature: 00","Coffre-Device: x"]
    def attack():
        c=connected(office)
        try:
            c.sendall(("\r\n".join(lines)+"\r\n\r\n").encode())
            for _ in range(40): c.sendall(b"1\r\nx\r\n"*10000)
            print("sent all")
        except OSError as e: print(e)
    ts=[threading.Thread(target=attack) for _ in range(4)]
    t=time.time()
    [x.start() for x in ts]
    lat=[]
    while any(x.is_alive() for x in ts): lat.append(ping())
    [x.join() for x in ts]
    print(time.time()-t, max(base), statistics.median(lat), max(lat), len(lat))
