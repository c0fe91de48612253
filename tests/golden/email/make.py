#!/usr/bin/env python3
"""Writes the golden requests of mail providers: <case>.http is what the provider posts, <case>.json the alert's payload.

Shapes are the providers' documented ones with invented content. RSA keys are made anew and thrown away: only the public
halves (postal.key, sns.pem) stay. Run it in this folder; needs openssl.
"""
import base64
import hashlib
import hmac
import json
import subprocess
import tempfile
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).parent
TOKEN = "GoldenToken0123456789abcd"
TO = TOKEN + "@oncall.example.org"
PATH = "/integrations/v1/inbound_email_webhook"
SECRET = "the-signing-key"
CREDENTIALS = base64.b64encode(b"mail:the-password").decode()
TOPIC = "arn:aws:sns:eu-west-1:123456789012:inbound-mail"
NOW = 1933135000  # ten minutes before the tests' clock starts


def write(case, body, headers, payload):
    body = body if isinstance(body, bytes) else body.encode()
    lines = [f"POST {PATH} HTTP/1.1", "Host: oncall.example.org"]
    lines += [f"{name}: {value}" for name, value in headers.items()] + [f"Content-Length: {len(body)}", "", ""]
    (HERE / f"{case}.http").write_bytes("\r\n".join(lines).encode() + body)
    if payload is not None:
        (HERE / f"{case}.json").write_text(json.dumps(payload, ensure_ascii=False, separators=(",", ":")) + "\n")


def mime(subject, text, html=None, attachment=None, charset="utf-8"):
    message = EmailMessage()
    message["From"] = '"Zabbix, DC 2" <zabbix@mon.example.net>'
    message["To"] = f"somebody-else@example.org, {TO}"
    message["Subject"] = subject
    message["Date"] = "Sat, 05 Apr 2031 05:56:40 +0000"
    message["Message-ID"] = "<golden@mon.example.net>"
    message.set_content(text, charset=charset)
    if html:
        message.add_alternative(html, subtype="html")
    if attachment:
        message.add_attachment(attachment, maintype="image", subtype="png", filename="graph.png")
    return message.as_bytes()


def multipart(fields, files=()):
    parts = b""
    for name, value in fields.items():
        value = value if isinstance(value, bytes) else value.encode()
        parts += b'--golden\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + value + b"\r\n"
    for name, filename, content in files:
        parts += (f'--golden\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
                  "Content-Type: image/png\r\n\r\n").encode() + content + b"\r\n"
    return parts + b"--golden--\r\n", {"Content-Type": "multipart/form-data; boundary=golden"}


def form(fields):
    return urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"}


def mailgun_signed(fields):
    token = "a4c1f6f0d9c84c4f9c0d1a5e2b7f8d3c6e5b4a392817060f"
    signature = hmac.new(SECRET.encode(), f"{NOW}{token}".encode(), hashlib.sha256).hexdigest()
    return {**fields, "recipient": TO, "sender": "bounce@mon.example.net", "timestamp": str(NOW), "token": token,
            "signature": signature}


def mailgun():
    body, headers = multipart(mailgun_signed({
        "from": "Zabbix <zabbix@mon.example.net>", "subject": "Diskö full on db1", "body-plain": "97 % used\r\n",
        "body-html": "<p>97 % used</p>", "stripped-text": "97 % used", "attachment-count": "1",
        "message-headers": json.dumps([["From", "Zabbix <zabbix@mon.example.net>"], ["To", TO],
                                       ["Subject", "Diskö full on db1"]])}),
        [("attachment-1", "graph.png", b"\x89PNG\r\n--not-the-boundary\r\n\0\xff")])
    write("mailgun", body, headers, {"subject": "Diskö full on db1", "message": "97 % used",
                                     "sender": "zabbix@mon.example.net"})
    raw = mime("Ünïcode: disk full", "Größe: 97 %\n", "<p>no</p>", b"\x89PNG")
    body, headers = form(mailgun_signed({"body-mime": raw.decode()}))
    write("mailgun_mime", body, headers, {"subject": "Ünïcode: disk full", "message": "Größe: 97 %",
                                          "sender": "zabbix@mon.example.net"})


def mailjet():
    body = json.dumps({
        "Sender": "bounce@mon.example.net", "Recipient": TO, "Date": "20310405T055640", "From": "Zabbix <zabbix@mon.example.net>",
        "Subject": "Disk full", "Headers": {"Received": ["a", "b"], "From": "Zabbix <zabbix@mon.example.net>", "To": TO,
                                            "Subject": "=?UTF-8?B?RGlzayBmdWxsIOKYgA==?="},
        "Parts": [{"Headers": {"Content-Type": "text/plain"}, "ContentRef": "Text-part"}],
        "Text-part": "97 % used", "Html-part": "<b>97 % used</b>", "SpamAssassinScore": "-1.1"})
    write("mailjet", body, {"Content-Type": "application/json", "Authorization": "Basic " + CREDENTIALS},
          {"subject": "Disk full ☀", "message": "97 % used", "sender": "zabbix@mon.example.net"})


def mandrill():
    def event(subject, to):
        return {"event": "inbound", "ts": NOW, "msg": {"raw_msg": mime(subject, "97 % used").decode(), "email": to,
                                                       "from_email": "zabbix@mon.example.net", "subject": subject}}
    fields = {"mandrill_events": json.dumps([event("First", "stranger@example.org"), event("Second", TO)])}
    signed = "https://oncall.example.org" + PATH + "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    body, headers = form(fields)
    write("mandrill", body, {**headers, "X-Mandrill-Signature": signature},
          {"subject": "Second", "message": "97 % used", "sender": "zabbix@mon.example.net"})


def run(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, check=True, capture_output=True).stdout


def sign(key, digest, data):
    return base64.b64encode(run("dgst", "-" + digest, "-sign", key, data=data)).decode()


def postal(folder):
    key = folder + "/postal"
    run("genrsa", "-out", key, "2048")
    public = run("rsa", "-in", key, "-pubout").decode().splitlines()
    (HERE / "postal.key").write_text("".join(public[1:-1]) + "\n")
    body = json.dumps({"id": 4711, "rcpt_to": TO, "mail_from": "bounce@mon.example.net", "base64": True,
                       "message": base64.b64encode(mime("Disk full", "97 % used", charset="iso-8859-15")).decode()})
    write("postal", body, {"Content-Type": "application/json", "X-Postal-Signature": sign(key, "sha1", body.encode())},
          {"subject": "Disk full", "message": "97 % used", "sender": "zabbix@mon.example.net"})


def postmark():
    headers = {"Content-Type": "application/json; charset=utf-8", "Authorization": "Basic " + CREDENTIALS}
    event = {"FromName": "Zabbix", "MessageStream": "inbound", "From": "zabbix@mon.example.net",
             "FromFull": {"Email": "zabbix@mon.example.net", "Name": "Zabbix", "MailboxHash": ""}, "To": TO,
             "ToFull": [{"Email": TO, "Name": "", "MailboxHash": ""}], "Cc": "", "CcFull": [], "OriginalRecipient": TO,
             "Subject": "Disk full", "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b", "TextBody": "",
             "HtmlBody": '<p>97 % used</p><ul><li>db1</li></ul><a href="https://mon.example.net/1">graph</a>',
             "Headers": [{"Name": "Return-Path", "Value": "<bounce@mon.example.net>"}], "Attachments": []}
    write("postmark", json.dumps(event), headers,
          {"subject": "Disk full", "message": "97 % used\n* db1\ngraph (https://mon.example.net/1)",
           "sender": "zabbix@mon.example.net"})
    event["RawEmail"] = mime("Raw: disk full", "98 % used", charset="utf-8").decode()
    write("postmark_raw", json.dumps(event), headers,
          {"subject": "Raw: disk full", "message": "98 % used", "sender": "zabbix@mon.example.net"})


def sendgrid():
    envelope = json.dumps({"to": ["other@example.org", TO], "from": "bounce@mon.example.net"})
    head = f"Received: by mx\n from relay\nFrom: Zabbix <zabbix@mon.example.net>\nSubject: Disk\n full\nTo: {TO}\n"
    body, headers = multipart({"headers": head, "to": TO, "from": "Zabbix <zabbix@mon.example.net>", "subject": "Disk full",
                               "text": "Gr\u00f6\u00dfe 97 %".encode("iso-8859-1"), "attachments": "0",
                               "charsets": json.dumps({"to": "UTF-8", "text": "iso-8859-1"}), "envelope": envelope,
                               "dkim": "{@mon.example.net : pass}", "SPF": "pass"})
    headers["Authorization"] = "Basic " + CREDENTIALS
    write("sendgrid", body, headers, {"subject": "Disk full", "message": "Größe 97 %", "sender": "zabbix@mon.example.net"})
    body, headers = multipart({"email": mime("Disk full", "97 % used", "<p>no</p>"), "envelope": envelope})
    headers["Authorization"] = "Basic " + CREDENTIALS
    write("sendgrid_raw", body, headers, {"subject": "Disk full", "message": "97 % used", "sender": "zabbix@mon.example.net"})


def sparkpost():
    content = {"email_rfc822": base64.b64encode(mime("Disk full", "97 % used")).decode(), "email_rfc822_is_base64": True,
               "subject": "Disk full", "to": [TO]}
    body = json.dumps([{"msys": {"relay_message": {"protocol": "smtp", "rcpt_to": TO, "msg_from": "bounce@mon.example.net",
                                                   "friendly_from": "zabbix@mon.example.net", "webhook_id": "4839201967643219",
                                                   "content": content}}}])
    headers = {"Content-Type": "application/json", "Authorization": "Basic " + CREDENTIALS}
    write("sparkpost", body, headers, {"subject": "Disk full", "message": "97 % used", "sender": "zabbix@mon.example.net"})
    write("sparkpost_ping", json.dumps([{"msys": {}}]), headers, None)


def sns_envelope(kind, message, **more):
    return {"Type": kind, "MessageId": "5b7b0ad0-6a3c-4e0c-9b0a-3a0b7c8d9e0f", "TopicArn": TOPIC, "Message": message,
            "Timestamp": "2031-04-05T05:56:40.000Z", "SignatureVersion": "1",
            "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-golden.pem", **more}


def sns_request(case, envelope, key, payload):
    names = {"Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")}.get(
        envelope["Type"], ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"))
    text = "".join(f"{name}\n{envelope[name]}\n" for name in names if name in envelope)
    envelope["Signature"] = sign(key, "sha1", text.encode())
    write(case, json.dumps(envelope), {"Content-Type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": envelope["Type"],
                                       "x-amz-sns-message-id": envelope["MessageId"]}, payload)


def ses(folder):
    key, certificate = folder + "/sns", folder + "/sns.pem"
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "36500", "-subj",
        "/O=Golden/CN=sns.amazonaws.com")
    (HERE / "sns.pem").write_text(Path(certificate).read_text())
    event = {"notificationType": "Received", "mail": {"source": "bounce@mon.example.net", "destination": [TO]},
             "receipt": {"recipients": ["other@example.org", TO],
                         "action": {"type": "SNS", "topicArn": TOPIC, "encoding": "BASE64"}},
             "content": base64.b64encode(mime("Disk full", "97 % used", "<p>no</p>")).decode()}
    payload = {"subject": "Disk full", "message": "97 % used", "sender": "zabbix@mon.example.net"}
    subject = {"Subject": "Amazon SES Email Receipt Notification"}
    sns_request("amazon_ses", sns_envelope("Notification", json.dumps(event), **subject), key, payload)
    event["receipt"]["action"] = {"type": "S3", "bucketName": "mails", "objectKey": "1"}
    del event["content"]
    sns_request("amazon_ses_s3", sns_envelope("Notification", json.dumps(event), **subject), key, None)
    sns_request("amazon_ses_confirmation", sns_envelope(
        "SubscriptionConfirmation", "You have chosen to subscribe", Token="2336412f37fb687f5d51e6e2425c464d",
        SubscribeURL="https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37fb687f5d51e6e2425c464d"),
        key, None)


with tempfile.TemporaryDirectory() as scratch:
    mailgun(), mailjet(), mandrill(), postal(scratch), postmark(), sendgrid(), sparkpost(), ses(scratch)
