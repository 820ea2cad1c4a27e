package org.pledge.camel.http.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/** Takes an answer whole, or not at all: one that is too long or that does not end in time is none. */
final class BoundedAnswer implements ExecChainHandler {
    private static final int MOST_BYTES = 1_048_576;
    private static final int SECONDS = 20;

    private final ScheduledExecutorService deadlines;

    BoundedAnswer(ScheduledExecutorService deadlines) {
        this.deadlines = deadlines;
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        // again and again, since the connection may not have been made yet
        ScheduledFuture<?> deadline =
                deadlines.scheduleWithFixedDelay(scope.execRuntime::discardEndpoint, SECONDS, 1, TimeUnit.SECONDS);
        try {
            ClassicHttpResponse answer = chain.proceed(request, scope);
            HttpEntity entity = answer.getEntity();
            if (entity != null) {
                answer.setEntity(whole(entity, scope));
            }
            return answer;
        } finally {
            deadline.cancel(false);
        }
    }

    private static HttpEntity whole(HttpEntity entity, ExecChain.Scope scope) throws IOException {
        InputStream content = entity.getContent();
        byte[] bytes = content == null ? new byte[0] : content.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            // closing it would read on to its end
            scope.execRuntime.discardEndpoint();
            throw new IOException("the answer is longer than " + MOST_BYTES + " bytes");
        }
        ContentType type = ContentType.parseLenient(entity.getContentType());
        return new ByteArrayEntity(bytes, type, entity.getContentEncoding());
    }
}
