"""What a page where people sign may reach beside the service: the signing program of their own machine."""

from app.front.middleware import CONTENT_POLICY

#: VGCA Sign Service listens there, and nowhere else (domain F3.12).
_AGENT = "wss://127.0.0.1:8987"
REACHING_THE_AGENT = {
    "Content-Security-Policy": CONTENT_POLICY.replace("connect-src 'self'", f"connect-src 'self' {_AGENT}")
}
