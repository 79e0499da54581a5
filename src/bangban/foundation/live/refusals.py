"""Why a stream is not opened, in the user's words."""

from __future__ import annotations

from bangban.machinery.problems import Problem


def not_understood(detail: str) -> Problem:
    """The address of the stream is wrong."""
    return Problem(400, "请求有误", detail)


def not_here() -> Problem:
    """There is only one address."""
    return Problem(404, "没有这个地址", "实时消息的地址是 /live/。")


def wrong_method() -> Problem:
    """A stream can only be read."""
    return Problem(405, "只能读取", "实时消息只能用 GET 方式读取。")


def denied(topics: list[str]) -> Problem:
    """Some of the wanted topics are not for this client."""
    return Problem(403, "没有权限", f"您不能接收这些消息：{'、'.join(topics)}。请重新登录或刷新页面。")


def too_many_from_one_address() -> Problem:
    """One address holds as many streams as it may."""
    return Problem(429, "打开的页面太多", "同一网络打开的页面太多，请关闭一些页面后再试。", 30)


def full() -> Problem:
    """The server holds as many streams as it can."""
    return Problem(503, "现在使用的人较多", "实时更新暂时不可用，页面会自动重试；您也可以手动刷新。", 10)


def not_ready() -> Problem:
    """The database cannot be reached, or the server is about to stop."""
    return Problem(503, "实时更新暂时不可用", "页面会自动重试；您也可以手动刷新。", 3)
