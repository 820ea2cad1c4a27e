package org.pledge.routes.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.pledge.PledgeException;
import org.pledge.routes.internal.Lines.Line;
import org.pledge.sharing.spi.PartnerLine.Call;
import org.pledge.sharing.spi.PartnerLine.End;
import org.pledge.sharing.spi.PartnerLine.Reply;

/** Begins the one route to a partner whose callers wait for its answer. */
final class LineConsumer extends DefaultConsumer {
    private static final int MOST_BYTES = 65_536;
    /** Of the HTTP client, which this bundle does not know: it had no connection yet. */
    private static final Set<String> NOT_CONNECTED = Set.of(
            "org.apache.hc.client5.http.ConnectTimeoutException",
            "org.apache.hc.core5.http.ConnectionRequestTimeoutException",
            "org.apache.hc.client5.http.impl.classic.ConnectionRequestTimeoutException");

    private final Line line;
    private final Lines lines;

    LineConsumer(Endpoint endpoint, Processor processor, Line line, Lines lines) {
        super(endpoint, processor);
        this.line = line;
        this.lines = lines;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        lines.open(line, this);
    }

    @Override
    protected void doStop() throws Exception {
        lines.close(line, this);
        super.doStop();
    }

    Reply carry(Call call) {
        Exchange exchange = createExchange(false);
        try {
            Claim claim = Claim.bind(exchange, new Cargo.Called(call));
            Message message = exchange.getMessage();
            message.setBody(call.body());
            message.setHeaders(new HashMap<>(Map.of(
                    Names.TENANT, call.tenant().value(),
                    Names.PARTNER, call.partner(),
                    Names.IDEMPOTENCY_KEY, call.key(),
                    Names.OPERATION, call.operation())));
            call.headers().forEach(message::setHeader);
            route(exchange);
            return reply(exchange, claim);
        } finally {
            exchange.getMessage().setBody(null);
            releaseExchange(exchange, false);
        }
    }

    private void route(Exchange exchange) {
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
    }

    private static Reply reply(Exchange exchange, Claim claim) {
        Exception failed = exchange.getException();
        if (!claim.left()) {
            if (failed instanceof PledgeException refused) {
                throw refused;
            }
            return end(End.NOT_SENT);
        }
        Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        if (failed != null || status == null) {
            return end(failed != null && unconnected(failed) ? End.NOT_SENT : End.UNKNOWN);
        }
        try (InputStream body = exchange.getMessage().getBody(InputStream.class)) {
            byte[] bytes = body == null ? new byte[0] : body.readNBytes(MOST_BYTES + 1);
            return bytes.length > MOST_BYTES ? end(End.UNKNOWN) : new Reply(End.ANSWERED, status, bytes);
        } catch (IOException e) {
            return end(End.UNKNOWN);
        }
    }

    private static Reply end(End end) {
        return new Reply(end, 0, new byte[0]);
    }

    /** Whether there was certainly no connection, or we ended it because the server is not the one it should be. */
    private static boolean unconnected(Throwable failed) {
        return Stream.iterate(failed, error -> error != null, Throwable::getCause)
                .limit(16)
                .anyMatch(error -> error instanceof ConnectException
                        || error instanceof UnknownHostException
                        || error instanceof NoRouteToHostException
                        || error instanceof SSLPeerUnverifiedException
                        || error instanceof SSLHandshakeException && error.getCause() instanceof CertificateException
                        || NOT_CONNECTED.contains(error.getClass().getName()));
    }
}
