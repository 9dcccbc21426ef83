package io.directord.server.access;

/** What a request needs to be allowed; every request at every door needs one of these. */
public enum Permission {
  READ_NODES("see the server and its nodes"),
  MANAGE_NODES("label or forget nodes"),
  READ_METRICS("read the metrics"),
  READ_JOBS("see jobs and their results"),
  SUBMIT("submit jobs"),
  START_HOOK("start hooks"),
  SCHEDULE("change schedules, and so have jobs submitted"),
  CANCEL("cancel jobs"),
  PAUSE("pause and resume runs"),
  PURGE("forget jobs"),
  UPLOAD_CONTENT("send files"),
  DOWNLOAD("download what jobs have brought"),
  FOLLOW("follow what happens"),
  ASK_RIGHTS("ask what it may do"),
  READ_AUDIT("read the audit log"),
  BACKUP("make backups of the store"),
  MANAGE_TOKENS("create, list or revoke tokens"),
  OPEN_PAGE("open the page");

  private final String text;

  Permission(String text) {
    this.text = text;
  }

  /** As it follows "may not". */
  public String text() {
    return text;
  }
}
