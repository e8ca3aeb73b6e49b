"""What is done to tickets: by colleagues (`work`), by customers (`customer`), by time (`time`)."""
