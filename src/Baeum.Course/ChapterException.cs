namespace Baeum.Course;

/// <summary>A chapter cannot be read, compiled or run to its end; the message is meant for the reader, in the reader's language.</summary>
public sealed class ChapterException : Exception
{
    /// <summary>Creates it with a message for the reader.</summary>
    public ChapterException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with a message for the reader and what the chapter threw.</summary>
    public ChapterException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>The reader asked for something that the chapter does not have: an unknown parameter, a value out of range.</summary>
public sealed class LessonUsageException : Exception
{
    /// <summary>Creates it with a message for the reader.</summary>
    public LessonUsageException(string message)
        : base(message)
    {
    }
}
