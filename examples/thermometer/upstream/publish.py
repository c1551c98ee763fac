"""Makes the driver's repository and the archive of its calibration, in the folder that is named."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).parent
WHO = ("-c", "user.name=N", "-c", "user.email=n@example.com", "-c", "commit.gpgsign=false")


def main() -> None:
    """Publish both."""
    folder = Path(sys.argv[1])
    driver = folder / "driver.git"
    shutil.copytree(HERE / "driver", driver)
    for words in (
        ("init", "--quiet"),
        ("add", "--all"),
        ("commit", "--quiet", "--message", "The driver"),
        ("tag", "v1.0"),
    ):
        subprocess.run(("git", *WHO, *words), cwd=driver, check=True)  # noqa: S607 - git is found
    with tarfile.open(folder / "calibration-1.0.tar.gz", "w:gz") as archive:
        archive.add(HERE / "calibration", "calibration-1.0")


if __name__ == "__main__":
    main()
