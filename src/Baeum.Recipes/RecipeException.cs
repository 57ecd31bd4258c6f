namespace Baeum.Recipes;

/// <summary>A recipe or its data are wrong; the message is one line that says where and what to write instead.</summary>
public sealed class RecipeException : Exception
{
    /// <summary>With a message.</summary>
    public RecipeException(string message) : base(message)
    {
    }

    /// <summary>With a message and what caused it.</summary>
    public RecipeException(string message, Exception cause) : base(message, cause)
    {
    }
}
