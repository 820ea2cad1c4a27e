package org.pledge.soap.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Supplier;
import org.pledge.Caller;

/** Does what a request asks for, and only once where it carries an idempotency key. */
final class Once {
    private final Services services;
    private final Xml xml;

    Once(Services services, Xml xml) {
        this.services = services;
        this.xml = xml;
    }

    /** The request is told from others by its elements, because a UsernameToken is new at every try. */
    String run(Caller caller, String key, Object request, Supplier<String> act) {
        return key == null ? act.get() : services.repeatable().get().once(caller, key, digest(request), act);
    }

    private byte[] digest(Object request) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update("soap\0".getBytes(StandardCharsets.UTF_8));
            return sha256.digest(xml.bytes(request));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
