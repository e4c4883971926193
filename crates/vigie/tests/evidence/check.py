"""Checks hashes and sums of a file of evidence with nothing but Python, and unpacks it.

check.py BUNDLE FOLDER
"""
import decimal, hashlib, json, sys, zipfile
bundle = zipfile.ZipFile(sys.argv[1])
assert bundle.testzip() is None
assert {it.compress_type for it in bundle.infolist()} == {zipfile.ZIP_STORED}
manifest = json.loads(bundle.read("manifest.json"))
listed = {it["name"]: it for it in manifest["files"]}
assert set(bundle.namelist()) == set(listed) | {"manifest.json", "signature"}, bundle.namelist()
for name, it in listed.items():
    data = bundle.read(name)
    assert len(data) == it["bytes"] and hashlib.sha256(data).hexdigest() == it["sha256"], name
public = bytes.fromhex(manifest["key"]["public"])
assert hashlib.sha256(public).hexdigest() == manifest["key"]["fingerprint"]

def amount(text):
    number, currency = text.split(" ")
    assert currency == "EUR", text
    return decimal.Decimal(number)

statement = json.loads(bundle.read("statement.json"))
[balance], [movements] = statement["balances"], statement["statements"]
total = lambda rows, field: sum((amount(it[field]) for it in rows), decimal.Decimal(0))
assert total(statement["invoices"], "open") == amount(balance["open"])
for it in statement["invoices"]:
    settled = total(it["allocations"], "amount")
    assert amount(it["gross"]) - settled - amount(it["written_off"]) == amount(it["open"]), it
    assert all(a["rule"] for a in it["allocations"])
running = amount(movements["opening"])
for it in movements["lines"]:
    running += amount(it["amount"])
    assert running == amount(it["balance"]), it
assert running == amount(movements["closing"])
free = amount(balance["unallocated_cash"]) + amount(balance["unallocated_credit"])
assert amount(balance["open"]) - free - amount(balance["deposits"]) == running
rows = bundle.read("statement.csv").decode().splitlines()
assert len(rows) == 1 + len(movements["lines"])
# Every entry that is whole carries the hash that its line says it follows.
whole = 0
for name in listed:
    if name.startswith("entries/"):
        for line in bundle.read(name).decode().splitlines():
            line = json.loads(line)
            if "entry" in line:
                whole += 1
                assert json.loads(line["entry"])["prev"] == line["prev"], line
assert whole > 0
bundle.extractall(sys.argv[2])
print(balance["open"], len(movements["lines"]))
