//! Stand-ins of the outside world over real sockets: gateway, counter POS, printers.
