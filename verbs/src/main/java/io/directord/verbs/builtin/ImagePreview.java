package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.component.Preview;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the actions of CONTAINER_IMAGE would change, which podman is asked for. */
final class ImagePreview {
  private final Podman podman;

  ImagePreview(Podman podman) {
    this.podman = podman;
  }

  /**
   * @param action pull or tag
   * @throws JobException if it would fail
   */
  Preview of(String action, List<String> images) throws JobException, InterruptedException {
    if (action.equals("tag")) {
      String image = id(images.get(0));
      if (image.isEmpty()) {
        throw new JobException("there is no image " + images.get(0));
      }
      return Preview.either(
          !image.equals(id(images.get(1))),
          images.get(0) + " would also be " + images.get(1),
          images.get(0) + " is also " + images.get(1));
    }
    List<Preview> parts = new ArrayList<>();
    for (String image : images) {
      parts.add(
          id(image).isEmpty()
              ? Preview.changed("would pull " + image)
              : Preview.unknown("would pull " + image + ", of which there may be a newer one"));
    }
    return Preview.all(parts);
  }

  /** Empty if there is no such image. */
  private String id(String image) throws JobException, InterruptedException {
    Podman.Reply reply =
        podman.call("GET", "/images/" + Podman.encode(image) + "/json", Map.of(), null);
    return reply.ok() ? reply.json().path("Id").asString("") : "";
  }
}
