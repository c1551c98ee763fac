/* The share of its scale that a raw value of the sensor is. */
double share(int raw) { return (double)raw / SCALE; }
