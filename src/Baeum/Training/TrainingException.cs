namespace Baeum;

/// <summary>Training cannot go on; the message says at which step, why, and what to try.</summary>
public sealed class TrainingException(string message) : Exception(message);
