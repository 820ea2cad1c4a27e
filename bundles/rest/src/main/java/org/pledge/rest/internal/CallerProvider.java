package org.pledge.rest.internal;

import org.apache.cxf.jaxrs.ext.ContextProvider;
import org.apache.cxf.message.Message;
import org.pledge.Caller;

/** Hands the authenticated caller to a method that asks for it. */
final class CallerProvider implements ContextProvider<Caller> {
    @Override
    public Caller createContext(Message message) {
        return message.get(Caller.class);
    }
}
