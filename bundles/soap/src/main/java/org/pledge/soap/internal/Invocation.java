package org.pledge.soap.internal;

import java.lang.reflect.Method;
import org.apache.cxf.message.Exchange;
import org.apache.cxf.service.invoker.BeanInvoker;
import org.pledge.Caller;
import org.pledge.PledgeException;

/** Calls an operation for a caller whose roles reach for it. */
final class Invocation extends BeanInvoker {
    /** Marks an exchange in which an operation was called, so that what fails afterwards is not the caller's doing. */
    static final String BEGAN = Invocation.class.getName();

    Invocation(Operations operations) {
        super(operations);
    }

    @Override
    protected Object performInvocation(Exchange exchange, Object bean, Method method, Object[] arguments)
            throws Exception {
        exchange.put(BEGAN, Boolean.TRUE);
        Takes takes = method.getAnnotation(Takes.class);
        if (takes == null) {
            throw new PledgeException(PledgeException.Kind.DENIED, "nobody may do this");
        }
        exchange.getInMessage().get(Caller.class).require(takes.value());
        return super.performInvocation(exchange, bean, method, arguments);
    }
}
