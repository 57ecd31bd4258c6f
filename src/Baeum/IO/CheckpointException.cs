namespace Baeum;

/// <summary>A file of weights, or a state dictionary, is broken or does not fit; the message says what and where.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>What is wrong.</summary>
    public CheckpointException(string message) : base(message)
    {
    }

    /// <summary>What is wrong, and the error behind it.</summary>
    public CheckpointException(string message, Exception inner) : base(message, inner)
    {
    }
}
