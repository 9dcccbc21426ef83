package io.directord.cli.follow;

import io.directord.common.api.Event;
import java.util.List;

/** Several displays of a run, in order; the first that can shows what the run waits for. */
public record Displays(List<RunDisplay> all) implements RunDisplay {

  @Override
  public void begin() {
    all.forEach(RunDisplay::begin);
  }

  @Override
  public void on(Event event, Run run) {
    all.forEach(display -> display.on(event, run));
  }

  @Override
  public void missed(Event.Missed missed, Run run) {
    all.forEach(display -> display.missed(missed, run));
  }

  @Override
  public void serverAway() {
    all.forEach(RunDisplay::serverAway);
  }

  @Override
  public void pause() {
    all.forEach(RunDisplay::pause);
  }

  @Override
  public void resume() {
    all.forEach(RunDisplay::resume);
  }

  @Override
  public boolean waitingFor(String text) {
    return all.stream().anyMatch(display -> display.waitingFor(text));
  }

  @Override
  public boolean isUnread() {
    return all.stream().anyMatch(RunDisplay::isUnread);
  }

  @Override
  public void close() {
    all.forEach(RunDisplay::close);
  }
}
