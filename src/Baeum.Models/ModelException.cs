namespace Baeum.Models;

/// <summary>A model folder cannot be used; the message says which file, why, and what would help.</summary>
public sealed class ModelException : Exception
{
    /// <summary>With a message for the user.</summary>
    public ModelException(string message) : base(message)
    {
    }

    /// <summary>With a message for the user and its cause.</summary>
    public ModelException(string message, Exception inner) : base(message, inner)
    {
    }
}
