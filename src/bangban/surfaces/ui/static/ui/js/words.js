// The few words that scripts say themselves. Written in Chinese where they are used; English pages find them here.

const ENGLISH = {
  "请先输入内容再发送": "Please write something first",
  "{} 条新消息": "{} new messages",
  "有新消息": "New message",
  "对方": "The other side",
  "{}正在输入": "{} is typing",
  "已读": "Read",
  "时限正常，": "On time, ",
  "临近时限，": "Due soon, ",
  "已超时限，": "Overdue, ",
  "{} 秒": "{} s",
  "{} 分": "{} min",
  "{} 小时": "{} h",
  "{} 小时 {} 分": "{} h {} min",
  "超 {}": "{} over",
  "剩 {}": "{} left",
  "已恢复您上次没有提交的内容": "What you had not yet submitted is back",
  "放大文字": "Larger text",
  "再放大": "Larger still",
  "恢复文字": "Normal text",
  "本页没有可朗读的内容": "Nothing to read aloud on this page",
  "请先填写手机号码": "Please enter your phone number first",
  "验证码已发送，请查看短信": "A code has been sent to your phone",
  "没有发送成功，请稍后再试": "Not sent. Please try again later",
  "网络已断开，请检查网络后再试": "You are offline. Check the connection and try again",
  "{} 秒后可重发": "Again in {} s",
  "实时": "Live",
  "连接中": "Connecting",
  "网络不稳，每 10 秒更新": "Unstable connection, updating every 10 s",
  "已断开，请刷新页面": "Disconnected. Please reload the page",
  "没有成功，请稍后再试。您填写的内容都在。": "That did not work. Please try again later; nothing you entered is lost.",
  "发送中": "Sending",
  "已送达": "Delivered",
  "网络已断开。": "You are offline.",
  "登录已失效，内容已保留，请重新登录后重试。": "You have been signed out. Your words are kept; sign in and try again.",
  "网络较慢。您可以再按一次，不会重复提交。": "The connection is slow. You may press again; it will not be sent twice.",
  "上传 {}": "Uploading {}",
  "上传中": "Uploading",
  "网络中断，未上传": "Connection lost, not uploaded",
  "已上传 · {}": "Uploaded · {}",
  "点此重试": "Try again",
  "未上传成功": "Not uploaded",
  "文件过大": "The file is too large",
  "超过 {} MB，请压缩后再选": "Larger than {} MB. Please choose a smaller file",
};

const english = document.documentElement.lang === "en";

/** A text in the language of the page, with its `{}` filled in. */
export function say(chinese, ...values) {
  const text = english ? (ENGLISH[chinese] ?? chinese) : chinese;
  return values.reduce((words, value) => words.replace("{}", () => value), text);
}
