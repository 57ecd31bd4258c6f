namespace Baeum.Text;

/// <summary>A tokenizer's file is broken, or text cannot be encoded with it; the message names the file or part and the reason.</summary>
public sealed class TokenizerException : Exception
{
    /// <summary>An error with its reason.</summary>
    public TokenizerException(string message) : base(message)
    {
    }

    /// <summary>An error with its reason and what led to it.</summary>
    public TokenizerException(string message, Exception cause) : base(message, cause)
    {
    }
}
