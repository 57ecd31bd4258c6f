using System.Globalization;

namespace Baeum.Course;

/// <summary>Which version of a lesson runs where its original has an error: as published, corrected, or both side by side.</summary>
public enum LessonMode
{
    /// <summary>Both, one after the other.</summary>
    Both,

    /// <summary>As the original was published, error included.</summary>
    Published,

    /// <summary>With the error removed.</summary>
    Corrected,
}

/// <summary>How a chapter's pictures are shown.</summary>
public enum PlotForm
{
    /// <summary>As PNG files.</summary>
    Png,

    /// <summary>As SVG files.</summary>
    Svg,

    /// <summary>As characters among the results.</summary>
    Text,
}

/// <summary>What the reader asked for when starting a chapter.</summary>
public sealed class LessonOptions
{
    /// <summary>The version to run.</summary>
    public LessonMode Mode { get; set; }

    /// <summary>Values from <c>--set name=value</c>.</summary>
    public Dictionary<string, double> Parameters { get; } = new(StringComparer.Ordinal);

    /// <summary>The seed in place of the chapter's own.</summary>
    public long? Seed { get; set; }

    /// <summary>A table of the reader's own in place of the chapter's.</summary>
    public string? DataFile { get; set; }

    /// <summary>Where pictures go; null: <c>out/ID</c> below the working directory.</summary>
    public string? OutputFolder { get; set; }

    /// <summary>False: no pictures are written.</summary>
    public bool Plots { get; set; } = true;

    /// <summary>Whether the chapter's long form runs: the whole data, the long training.</summary>
    public bool Full { get; set; }

    /// <summary>How pictures are shown.</summary>
    public PlotForm PlotForm { get; set; }

    /// <summary>Takes in <c>name=value</c>.</summary>
    /// <exception cref="LessonUsageException">It is not of that form, or the value is no number.</exception>
    public void Set(string assignment)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        int equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || equals == assignment.Length - 1)
            throw new LessonUsageException(Messages.SetForm(assignment));
        string name = assignment[..equals].Trim(), text = assignment[(equals + 1)..].Trim();
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            throw new LessonUsageException(Messages.SetNumber(assignment));
        Parameters[name] = value;
    }

    /// <summary>Reads <c>published</c>, <c>corrected</c> or <c>both</c>.</summary>
    /// <exception cref="LessonUsageException">It is none of the three.</exception>
    public static LessonMode ParseMode(string text) => text switch
    {
        "published" => LessonMode.Published,
        "corrected" => LessonMode.Corrected,
        "both" => LessonMode.Both,
        _ => throw new LessonUsageException(Messages.Mode(text)),
    };

    /// <summary>Reads <c>png</c>, <c>svg</c> or <c>text</c>.</summary>
    /// <exception cref="LessonUsageException">It is none of the three.</exception>
    public static PlotForm ParsePlotForm(string text) => text switch
    {
        "png" => PlotForm.Png,
        "svg" => PlotForm.Svg,
        "text" => PlotForm.Text,
        _ => throw new LessonUsageException(Messages.PlotForm(text)),
    };

    /// <summary>Reads a seed, a whole number from 0 to 2³²-1 (what NumPy's and PyTorch's generators both accept).</summary>
    /// <exception cref="LessonUsageException">It is no such number.</exception>
    public static long ParseSeed(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint seed)
        ? seed
        : throw new LessonUsageException(Messages.Seed(text));

    /// <summary>Reads the arguments of a chapter started by <c>dotnet run CHAPTER.cs -- ...</c>.</summary>
    /// <exception cref="LessonUsageException">An argument is unknown or lacks its value.</exception>
    public static LessonOptions Parse(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        string[] known = ["--mode", "--set", "--seed", "--data", "--out", "--plot", "--no-plots", "--full"];
        var options = new LessonOptions();
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            if (name is "--no-plots" or "--full")
            {
                if (name == "--full") options.Full = true;
                else options.Plots = false;
                continue;
            }
            if (!known.Contains(name))
                throw new LessonUsageException(Messages.UnknownOption(name) + Messages.Nearest(Nearest.Names(name, known)));
            if (++i == arguments.Count)
                throw new LessonUsageException(Messages.OptionLacksValue(name));
            switch (name)
            {
                case "--mode": options.Mode = ParseMode(arguments[i]); break;
                case "--set": options.Set(arguments[i]); break;
                case "--plot": options.PlotForm = ParsePlotForm(arguments[i]); break;
                case "--seed": options.Seed = ParseSeed(arguments[i]); break;
                case "--data": options.DataFile = arguments[i]; break;
                default: options.OutputFolder = arguments[i]; break;
            }
        }
        return options;
    }
}
