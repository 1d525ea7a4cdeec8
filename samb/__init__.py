"""samb: repeatable evaluation of Segment Anything models on medical images."""
