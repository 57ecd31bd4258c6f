using Baeum.Course;

namespace Baeum.Tests.Course;

public sealed class ChapterRunnerTests : IDisposable
{
    private readonly TemporaryCourse course = new();

    public void Dispose() => course.Dispose();

    [Fact]
    public void FiguresAndChecksAreReported()
    {
        LessonReport report = course.Run("""
            lesson.Figure("plain", 0.5);
            lesson.Figure("right", 1000.001, expected: 1000, tolerance: 1e-5);
            lesson.Figure("wrong", 0.1, expected: 0.2);
            lesson.Figure("vector", [1.0, 2.0], expected: [1.0, 2.0]);
            lesson.Figure("matrix", new double[,] { { 1, 2 }, { 3, 4 } });
            lesson.Range("inside", 0.97, 0.97, 1);
            lesson.Range("outside", 0.9, 0.97, 1);
            """).Report;
        Assert.Equal(["plain", "right", "wrong", "vector", "matrix", "inside", "outside"], report.Metrics.Keys);
        Assert.Equal([2, 2], report.Metrics["matrix"].Shape);
        Assert.Equal([true, false, true, true, false], report.Checks.Select(check => check.Ok));
        Assert.False(report.Ok);
    }

    [Theory]
    [InlineData("double.NaN")]
    [InlineData("double.PositiveInfinity")]
    public void NotANumberIsNeverRight(string value) => Assert.False(course.Run($"lesson.Figure(\"x\", {value}, expected: 1, tolerance: 1e9);").Report.Ok);

    [Fact]
    public void TheModeChoosesTheVersions()
    {
        const string Body = """
            foreach (string version in lesson.Versions) lesson.Figure($"{version}.x", 1);
            if (lesson.Published) lesson.Figure("p", 1);
            if (lesson.Corrected) lesson.Figure("c", 1);
            """;
        Assert.Equal(["published.x", "corrected.x", "p", "c"], course.Run(Body).Report.Metrics.Keys);
        Assert.Equal(["published.x", "p"], course.Run(Body, new LessonOptions { Mode = LessonMode.Published }).Report.Metrics.Keys);
        Assert.Equal(["corrected.x", "c"], course.Run(Body, new LessonOptions { Mode = LessonMode.Corrected }).Report.Metrics.Keys);
    }

    [Fact]
    public void AChangedParameterSetsTheValueAndSilencesChecks()
    {
        const string Body = """lesson.Figure("lr", lesson.Parameter("lr", 0.5, 0, 1), expected: 0.5);""";
        Assert.Single(course.Run(Body).Report.Checks);
        var options = new LessonOptions();
        options.Set("lr=0.25");
        var (report, _, messages) = course.Run(Body, options);
        Assert.Equal(0.25, report.Metrics["lr"].Values[0]);
        Assert.Empty(report.Checks);
        Assert.Contains("lr=0.25", messages, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSeedIsTheReadersOrTheChapters()
    {
        const string Body = """lesson.Figure("seed", lesson.Seed(220102), expected: 220102);""";
        Assert.True(course.Run(Body).Report.Ok);
        var (report, _, _) = course.Run(Body, new LessonOptions { Seed = 7 });
        Assert.Equal(7, report.Metrics["seed"].Values[0]);
        Assert.Empty(report.Checks);
    }

    [Theory]
    [InlineData("lr=2", "0")]
    [InlineData("lt=0.1", "lr")]
    [InlineData("steps=1.5", "steps=1.5")]
    public void AWrongParameterIsRefusedWithTheReason(string assignment, string named)
    {
        var options = new LessonOptions();
        options.Set(assignment);
        var error = Assert.Throws<LessonUsageException>(() => course.Run("""double a = lesson.Parameter("lr", 0.5, 0, 1); int b = lesson.Parameter("steps", 5, 1, 9);""", options));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATableOfTheReadersOwnTakesThePlaceOfTheChapters()
    {
        const string Body = """lesson.Figure("people", lesson.Data("weight_height").ToTensor(dtype: DType.Float64));""";
        Assert.Equal([24, 2], course.Run(Body).Report.Metrics["people"].Shape);
        var (report, _, messages) = course.Run(Body, new LessonOptions { DataFile = Table("name,height,weight", "a,59,6", "b,67,8") });
        Assert.Equal([6, 59, 8, 67], report.Metrics["people"].Values);
        Assert.Contains("own.csv", messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weight", "weigth,height", "6,59", "8,67")]
    [InlineData("'weight'", "weight,height", "six,59", "eight,67")]
    [InlineData("'height'", "weight,height", "6,59", "8,")]
    [InlineData("2", "weight,height", "6,59")]
    [InlineData("line 3", "weight,height", "6,59", "8")]
    public void ATableThatDoesNotFitIsRefusedInOneLine(string named, params string[] lines)
    {
        var options = new LessonOptions { DataFile = Table(lines) };
        var error = Assert.Throws<LessonUsageException>(() => course.Run("""lesson.Data("weight_height", leastRows: 2);""", options));
        Assert.Contains("own.csv", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void AMissingFileAndAChapterWithoutTableRefuseData()
    {
        var options = new LessonOptions { DataFile = Path.Combine(course.Folder, "nowhere.csv") };
        Assert.Contains("nowhere.csv", Assert.Throws<LessonUsageException>(() => course.Run("""lesson.Data("iris");""", options)).Message, StringComparison.Ordinal);
        Assert.Contains("trial", Assert.Throws<LessonUsageException>(() => course.Run("lesson.Figure(\"x\", 1);", options)).Message, StringComparison.Ordinal);
    }

    private string Table(params string[] lines)
    {
        string path = Path.Combine(course.Folder, "own.csv");
        File.WriteAllLines(path, lines);
        return path;
    }

    [Theory]
    [InlineData("a")]
    [InlineData("=1")]
    [InlineData("a=")]
    [InlineData("a=b")]
    [InlineData("a=1,5")]
    [InlineData("a=NaN")]
    public void AnAssignmentNeedsNameAndNumber(string assignment) => Assert.Throws<LessonUsageException>(() => new LessonOptions().Set(assignment));

    [Fact]
    public void ACompileErrorNamesFileAndLine()
    {
        var error = Assert.Throws<ChapterException>(() => course.Run("int a = 1;\nint b = missing;"));
        Assert.Contains("trial_name.cs:8: CS0103", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnExceptionNamesTheChaptersLine()
    {
        var error = Assert.Throws<ChapterException>(() => course.Run("int[] a = [1];\nint index = 3;\n\nConsole.Error.Write(a[index]);"));
        Assert.Contains("trial_name.cs:10: IndexOutOfRangeException", error.Message, StringComparison.Ordinal);
        Assert.IsType<IndexOutOfRangeException>(error.InnerException);
    }

    [Fact]
    public void AnExceptionInsideALibraryCallNamesTheChaptersLine()
    {
        var error = Assert.Throws<ChapterException>(() => course.Run("\nint[] a = [];\nvar first = a.First();"));
        Assert.Contains("trial_name.cs:9: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AwaitAndDirectivesWork() => Assert.Equal(2, course.Run("await Task.Yield(); lesson.Figure(\"x\", 2);").Report.Metrics["x"].Values[0]);

    [Fact]
    public void ANameIsPublishedOnce() =>
        Assert.Contains("twice", Assert.Throws<ChapterException>(() => course.Run("lesson.Figure(\"twice\", 1); lesson.Figure(\"twice\", 2);")).Message, StringComparison.Ordinal);

    [Fact]
    public void PicturesAreWrittenUnlessRefused()
    {
        const string Body = """
            lesson.Plot("line", new Panel("제목 <1>", "x", "y").Line([0, 1, 2], [1, double.NaN, 3], "a").Scatter([1], [2], "b"));
            lesson.Image("grey", new double[,] { { 0, 1 }, { 0.5, 0.25 } });
            """;
        Assert.Empty(course.Run(Body, new LessonOptions { Plots = false }).Report.Figures);
        IReadOnlyList<string> files = course.Run(Body).Report.Figures;
        Assert.Equal(["line.png", "grey.png"], files.Select(Path.GetFileName));
        Assert.All(files, file => Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(file)[..4]));
        string svg = course.Run(Body, new LessonOptions { PlotForm = PlotForm.Svg }).Report.Figures[0];
        Assert.Contains("제목 <1>", System.Xml.Linq.XDocument.Load(svg).Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void NumbersArePrintedTheSameInEveryCulture()
    {
        var before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo("de-DE");
            string printed = course.Run("""lesson.Figure("x", 1.5); lesson.Say($"{0.25}", $"{0.25}"); lesson.Table("t", ["v"], [[0.75]]);""").Results;
            Assert.Contains("1.5", printed, StringComparison.Ordinal);
            Assert.Contains("0.25", printed, StringComparison.Ordinal);
            Assert.Contains("0.75", printed, StringComparison.Ordinal);
            Assert.Equal("de-DE", System.Globalization.CultureInfo.CurrentCulture.Name);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void AChangedChapterIsCompiledAgainAndADamagedCopyIsIgnored()
    {
        Assert.Equal(1, course.Run("lesson.Figure(\"x\", 1);").Report.Metrics["x"].Values[0]);
        Assert.Equal(2, course.Run("lesson.Figure(\"x\", 2);").Report.Metrics["x"].Values[0]);
        string kept = Path.Combine(course.Folder, "artifacts", "chapters", "trial.bin");
        byte[] bytes = File.ReadAllBytes(kept);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(kept, bytes);
        Assert.Equal(2, course.Run("lesson.Figure(\"x\", 2);").Report.Metrics["x"].Values[0]);
        File.WriteAllBytes(kept, []);
        Assert.Equal(2, course.Run("lesson.Figure(\"x\", 2);").Report.Metrics["x"].Values[0]);
    }

    [Fact]
    public void AKeptChapterRunsAsBefore()
    {
        const string Body = "int[] a = [];\nlesson.Figure(\"x\", 1);\nvar first = a.First();";
        string first = Assert.Throws<ChapterException>(() => course.Run(Body)).Message;
        Assert.Contains("trial_name.cs:9: ", first, StringComparison.Ordinal);
        Assert.Equal(first, Assert.Throws<ChapterException>(() => course.Run(Body)).Message);
    }

    [Fact]
    public void AStoppedChapterEndsAtItsNextFigure()
    {
        course.Add("trial", "while (true) lesson.Progress(1, 2);");
        using var stop = new CancellationTokenSource(200);
        Assert.Throws<OperationCanceledException>(() =>
            ChapterRunner.Run(course.Catalogue().Find("trial")!, new LessonOptions(), TextWriter.Null, TextWriter.Null, cancellation: stop.Token));
    }

    [Fact]
    public void RealTextsAreReadWhereTheyLieAndMissedInSilenceElsewhere()
    {
        using var course = new TemporaryCourse();
        string name = Path.GetFileName(course.Folder);
        File.WriteAllText(Path.Combine(course.Folder, "rows.tsv"), "id\ttext\n1\tsays \"no\"\n2\t둘\n");
        using (var packed = new System.IO.Compression.GZipStream(File.Create(Path.Combine(course.Folder, "rows.txt.gz")), System.IO.Compression.CompressionMode.Compress))
            packed.Write("하나\n둘\n셋\n"u8);
        var (report, _, _) = course.Run($$"""
            lesson.Figure("quotes", lesson.RealRows("../../{{name}}/rows.tsv")![0][1] == "says \"no\"" ? 1 : 0, expected: 1);
            lesson.Figure("rows", lesson.RealRows("../../{{name}}/rows.tsv")!.Count, expected: 2);
            lesson.Figure("lines", lesson.RealRows("../../{{name}}/rows.txt.gz", null, header: false)!.Count, expected: 3);
            lesson.Figure("absent", lesson.RealRows("../../{{name}}/none.tsv") is null ? 1 : 0, expected: 1);
            """);
        Assert.Equal(4, report.Checks.Count);
        Assert.True(report.Ok);
    }
}
