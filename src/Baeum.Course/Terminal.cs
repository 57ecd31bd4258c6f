namespace Baeum.Course;

/// <summary>What the place that our words go to can do: a terminal redraws lines and shows colours, a pipe or a file takes plain lines.</summary>
public static class Terminal
{
    /// <summary>True when messages (standard error) go to a terminal that can redraw a line.</summary>
    public static bool Interactive { get; } = !Console.IsErrorRedirected && !Dumb;

    /// <summary>True when results (standard output) may be coloured: a terminal, and <c>NO_COLOR</c> is not set.</summary>
    public static bool Colours { get; } = !Console.IsOutputRedirected && !Dumb && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Columns to write in: the terminal's, at most 100 because longer lines read badly; 80 where there is none.</summary>
    public static int Width { get; } = MeasureWidth();

    private static bool Dumb => Environment.GetEnvironmentVariable("TERM") == "dumb";

    internal static string Green(string text) => Colours ? $"\e[32m{text}\e[0m" : text;

    internal static string Red(string text) => Colours ? $"\e[31m{text}\e[0m" : text;

    private static int MeasureWidth()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out int columns) && columns > 0)
            return Math.Clamp(columns, 40, 100);
        if (Console.IsOutputRedirected)
            return 80;
        try
        {
            return Math.Clamp(Console.WindowWidth, 40, 100);
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
