package org.pledge.rest.internal;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.pledge.Role;

/** The roles of which a caller needs one; a method without this or {@link WithoutCredential} is refused to all. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Takes {
    Role[] value();

    /** Whether a role that waits for a duty of confidentiality will do. */
    boolean waiting() default false;
}
