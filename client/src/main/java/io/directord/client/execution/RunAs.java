package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.component.Surroundings;
import io.directord.common.job.Outcome;

/** The user as whom the commands of jobs run, by this node's own configuration. Immutable. */
public final class RunAs {
  /** Commands run as the client's user, or as whom the job names. */
  public static final RunAs ANYBODY = new RunAs(null, null, false);

  private final String user;
  private final Account account;
  private final boolean isOther;

  private RunAs(String user, Account account, boolean isOther) {
    this.user = user;
    this.account = account;
    this.isOther = isOther;
  }

  /**
   * @param user name or number
   * @throws JobException if there is no such user, or this process cannot become it
   */
  public static RunAs of(String user) throws JobException {
    Account account = Account.of(user, RootDirectory.ofNode());
    long own = Enclosure.ownUser();
    if (own != 0 && own != account.uid()) {
      throw new JobException(
          "the client is not root, so that commands of jobs run as its own user, " + own);
    }
    return new RunAs(user, account, own != account.uid());
  }

  /**
   * @param user name or number
   * @throws JobException if there is no such user
   */
  public static void check(String user) throws JobException {
    Account.of(user, RootDirectory.ofNode());
  }

  /** Whether commands do not run as the client's own user. */
  public boolean isOther() {
    return isOther;
  }

  /**
   * The same surroundings, as this user.
   *
   * @throws JobException if others are asked for than this user's
   */
  Surroundings within(Surroundings around) throws JobException {
    if (account == null) {
      return around;
    }
    if (around.root() != null) {
      throw vetoed("--root needs the rights of root");
    }
    if (around.user() != null
        && Account.of(around.user(), RootDirectory.ofNode()).uid() != account.uid()) {
      throw vetoed("not as " + around.user());
    }
    return around.as(isOther ? user : null);
  }

  private JobException vetoed(String why) {
    return new JobException(
        Outcome.Reason.VETOED,
        "this node's own configuration has run_as: "
            + user
            + ", so that commands run as that user only: "
            + why);
  }
}
