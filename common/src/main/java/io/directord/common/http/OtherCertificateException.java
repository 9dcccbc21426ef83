package io.directord.common.http;

import java.io.IOException;

/** A server has another certificate than the one by which it is known. */
public final class OtherCertificateException extends IOException {
  private final String fingerprint;

  OtherCertificateException(String fingerprint, IOException cause) {
    super("the server's certificate has the fingerprint " + fingerprint, cause);
    this.fingerprint = fingerprint;
  }

  /** Of the certificate that it has. */
  public String fingerprint() {
    return fingerprint;
  }
}
