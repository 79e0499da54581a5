"""A browser's own description in words that its owner recognises."""

from __future__ import annotations

BROWSERS = (("Edg", "Edge"), ("MicroMessenger", "微信"), ("QQBrowser", "QQ浏览器"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
            ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Mac OS", "Mac"),
           ("HarmonyOS", "鸿蒙"), ("Linux", "Linux"))  # fmt: skip


def device_name(agent: str) -> str:
    """Return browser and system of a User-Agent; what is not known is said so."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return " · ".join(filter(None, [browser, system])) or "未知设备"
