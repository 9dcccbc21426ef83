package io.directord.common.api;

import io.directord.common.http.HttpCall;
import io.directord.common.http.OtherCertificateException;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** Connects to a server's remote API, or throws with a message for people. */
final class RemoteConnector {
  private RemoteConnector() {}

  static HttpCall connect(ServerAddress.Remote remote, String method, Duration timeout)
      throws IOException {
    try {
      return remote.server().call(method, timeout);
    } catch (OtherCertificateException e) {
      throw new NoServerException(
          ErrorCode.CERTIFICATE_CHANGED,
          "the server at "
              + remote
              + " has another certificate than the one that this context was made for, so nothing"
              + " was sent to it: its fingerprint is "
              + e.fingerprint()
              + ". If its administrators have changed it, log in again ('directord login "
              + remote.server().url()
              + "'); if not, something stands between you and the server",
          e);
    } catch (UnknownHostException e) {
      throw none(remote, "the name " + remote.server().host() + " is not known here", e);
    } catch (ConnectException e) {
      throw none(remote, "nothing listens there", e);
    } catch (SocketTimeoutException e) {
      throw none(remote, "it does not answer", e);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (SSLException e) {
      throw none(remote, "what answers there does not speak TLS 1.3", e);
    } catch (EOFException | SocketException e) {
      throw none(remote, IoErrors.say(e), e);
    }
  }

  private static NoServerException none(
      ServerAddress.Remote remote, String why, IOException cause) {
    return new NoServerException(
        ErrorCode.SERVER_NOT_RUNNING,
        "no server at "
            + remote
            + ": "
            + why
            + ". See that it runs with api_address set and can be reached from here, or "
            + remote.hint(),
        cause);
  }
}
