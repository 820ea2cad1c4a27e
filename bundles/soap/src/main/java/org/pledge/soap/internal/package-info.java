/** The SOAP front end: the contract {@code pledge-v1.wsdl} before the services. */
@XmlSchema(namespace = Contract.NAMESPACE, elementFormDefault = XmlNsForm.QUALIFIED)
package org.pledge.soap.internal;

import javax.xml.bind.annotation.XmlNsForm;
import javax.xml.bind.annotation.XmlSchema;
