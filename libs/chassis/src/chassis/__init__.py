"""What every service stands on: delivery, tenancy, time and the web. It knows no business."""
